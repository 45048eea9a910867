"""What the promises are tried with: a home folder with credentials, and the real scripts in cron's environment."""
