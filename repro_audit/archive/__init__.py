"""What an archive or a journal keeps of an audit, and what tells later whether it still holds."""
