"""Mails: written in their language, queued, sent one by one."""
