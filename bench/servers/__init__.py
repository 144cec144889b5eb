"""The measured programs, each run as a process of its own: `python -m bench.servers.tandem`."""
