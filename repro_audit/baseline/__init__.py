"""What a change did: an earlier state of a project beside the one in front of us."""
