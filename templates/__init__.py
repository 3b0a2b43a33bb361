"""All texts that people read: notices and phrases, in Vietnamese and English."""
