"""Real peers for Sluice's tests: its server as a process, LiveKit clients, and eyes and ears for the recordings."""
