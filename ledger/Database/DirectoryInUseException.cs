namespace AutoDeploy.Ledger.Database;

/// <summary>Another process has the database for itself, or would have to share it.</summary>
internal sealed class DirectoryInUseException(string sentence) : Exception(sentence);
