"""The ledgers an office keeps (七簿, 意见建议台账, 目录): views of what happened."""
