"""The steps between the edges and the pure core, one module per step; `pipeline.py` puts them in order."""
