"""Free text, Vietnamese or English, becomes a finding that can be trusted, or a question to a person."""

from core.recognition.finding import Act, Correction, Decision, Finding, Identifiers, Reason
from core.recognition.identifiers import named_by
from core.recognition.recognise import recognise

__all__ = ["Act", "Correction", "Decision", "Finding", "Identifiers", "Reason", "named_by", "recognise"]
