import KarborProtection

await KarborProtectionCommand.run()
