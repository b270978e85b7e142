"""A real Keystone and Cinder on the loopback interface, for tests. ../README.md tells how to use it."""
