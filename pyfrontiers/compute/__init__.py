"""Jobs outside the page's thread: progress, cancel, one computation for equal parameters."""
