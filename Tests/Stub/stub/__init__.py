"""A Keystone and a Cinder that keep state, answer at once, and misbehave on demand: for what takes thousands of them."""
