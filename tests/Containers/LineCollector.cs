namespace AutoDeploy.Containers.Tests;

/// <summary>Keeps what is reported.</summary>
internal sealed class LineCollector : IProgress<string>
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_all)
                return [.. _all];
        }
    }

    public void Report(string value)
    {
        lock (_all)
            _all.Add(value);
    }
}
