from till.admin import drafts, sessions

__all__ = ["drafts", "sessions"]
