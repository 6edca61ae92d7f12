using AutoDeploy.Ledger.Database;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    internal const string SelectBuild = "SELECT image FROM builds WHERE engine = @engine AND key = @key";

    public Task<string?> FindBuild(string engine, string key, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectBuild, row => row.Text(0), ("engine", engine), ("key", key)), cancellationToken);

    public Task RecordBuild(string engine, string key, string imageId, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return Write(
            session =>
                session.Execute(
                    """
                    INSERT INTO builds (engine, key, image, built) VALUES (@engine, @key, @image, @built)
                    ON CONFLICT (engine, key) DO UPDATE SET image = excluded.image, built = excluded.built
                    """,
                    ("engine", engine),
                    ("key", key),
                    ("image", imageId),
                    ("built", now)
                ),
            cancellationToken
        );
    }

    public Task ForgetBuild(string engine, string imageId, CancellationToken cancellationToken) =>
        Write(
            session =>
                session.Execute("DELETE FROM builds WHERE engine = @engine AND image = @image", ("engine", engine), ("image", imageId)),
            cancellationToken
        );

    private Task TrimBuilds(DateTimeOffset before, CancellationToken cancellationToken) =>
        Write(session => session.Execute("DELETE FROM builds WHERE built < @before", ("before", before)), cancellationToken);
}
