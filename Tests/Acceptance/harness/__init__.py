"""What the acceptance tests drive: a real cloud, the daemon as systemd would run it, and a proxy to disturb them."""
