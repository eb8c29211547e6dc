from till.admin import drafts, sessions
