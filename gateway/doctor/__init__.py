"""What ``pantau doctor`` looks at: everything that a deployment needs, and how to mend what is wrong."""
