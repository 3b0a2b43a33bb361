"""The use cases: one public function is one transaction."""
