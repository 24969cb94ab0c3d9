"""The monthly bulletin (工作通报) of an area or a station."""
