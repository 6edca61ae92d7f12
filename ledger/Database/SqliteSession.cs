using System.Data.Common;

namespace AutoDeploy.Ledger.Database;

/// <summary>There is one that writes, and others wait for it.</summary>
internal sealed class SqliteSession(DbConnection connection) : Session(connection)
{
    public override void Begin() => Execute("BEGIN IMMEDIATE");

    public override void BeginRead() => Execute("BEGIN");

    public override void Commit() => Execute("COMMIT");

    public override void Rollback() => Execute("ROLLBACK");

    public override void Lock(string name)
    {
        // there is one writer
    }

    public override SessionFault Judge(Exception exception) => SessionFault.Own;
}
