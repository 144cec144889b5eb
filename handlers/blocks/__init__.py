"""Values in, Block Kit out. Pure: no input or output, no await."""
