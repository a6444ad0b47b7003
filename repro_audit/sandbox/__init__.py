"""Where a run happens: sealed off from the network, the user's secrets and home, within limits."""
