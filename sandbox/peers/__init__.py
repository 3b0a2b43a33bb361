"""Real servers on loopback, each a process of its own: Dovecot, Postfix's smtp-sink, and a proxy that cuts them off."""
