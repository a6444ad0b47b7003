"""Why two runs differ: suspects from what the probe saw, interventions, and the smallest set that explains it."""
