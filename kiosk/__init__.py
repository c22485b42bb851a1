"""The satisfaction service: everything a person or a device touches, and everything stored."""
