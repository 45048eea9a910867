"""The promises. `support` is what they are tried with.

What a user meets first: test_readme, test_examples, test_demo, test_bootstrap, test_settings, test_status, test_speech,
test_options, test_follow, test_recipes, test_report, test_report_browser.
What is logged: test_plays (each situation), test_plays_properties (situations that nobody thought of), test_fidelity
(whole days), test_recent_plays, test_memory_lost, test_player_bodies, test_job.
What goes wrong: test_network, test_accounts, test_trust, test_cooldown, test_lapse, test_disk, test_files, test_killed,
test_one_at_a_time, test_year, test_cron, test_secrecy.
How it is made: test_house, test_cost, test_stand_in.
"""
