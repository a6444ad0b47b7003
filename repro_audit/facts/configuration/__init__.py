"""Configuration: where the parameters are written, and whether code reads them."""
