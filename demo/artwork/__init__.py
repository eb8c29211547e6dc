"""How the demo shop's pictures are drawn; only `build_pictures.py` needs it."""
