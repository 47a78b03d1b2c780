"""The words of every text that Pantau sends, in Indonesian and in English."""
