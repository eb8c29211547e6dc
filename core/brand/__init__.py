"""How the shop looks: its colours, faces and signs, for pages, mails and papers alike."""
