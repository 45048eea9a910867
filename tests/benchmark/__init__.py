"""What a run costs, beside what people would use instead; `python -m tests.benchmark` measures it."""
