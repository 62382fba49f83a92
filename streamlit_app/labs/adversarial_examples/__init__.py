"""The adversarial-examples lab."""
