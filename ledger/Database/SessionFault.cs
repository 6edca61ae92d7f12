namespace AutoDeploy.Ledger.Database;

/// <summary>What a failure means.</summary>
internal enum SessionFault
{
    /// <summary>What was asked was wrong; others are not concerned.</summary>
    Own,

    /// <summary>It came in the way of somebody else's; the same again may do.</summary>
    Conflict,

    /// <summary>The connection is of no more use; the same may do on another one.</summary>
    Lost,

    /// <summary>No answer came in time, nor is one to be expected by those who ask next.</summary>
    Late,
}
