"""The rules of the desk: pure, without input or output, without a clock."""
