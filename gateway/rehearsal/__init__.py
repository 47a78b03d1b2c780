"""The rehearsal of ``pantau simulate``: monitors and coordinators who text as people do."""
