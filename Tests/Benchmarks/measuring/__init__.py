"""What every benchmark needs: programs to run, a table for what they show, an eye on the machine."""
