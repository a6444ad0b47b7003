"""The pages of the site that are made from code, rules and fixtures when it is built: nothing here can go stale."""
