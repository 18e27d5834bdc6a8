"""Where papers come from: files today, feeds and arXiv's interfaces next. Parsers are pure; readers stream."""
