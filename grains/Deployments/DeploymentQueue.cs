namespace AutoDeploy.Deployments;

/// <summary>
/// So many may be inside at a time; the others wait, first come, first served, persons before pushes. Not safe for threads.
/// </summary>
public sealed class DeploymentQueue(int places)
{
    private readonly HashSet<Guid> _admitted = [];
    private readonly List<(Guid Id, bool ByPerson)> _waiting = [];

    public IReadOnlyCollection<Guid> Admitted => _admitted;

    public IEnumerable<Guid> Waiting => _waiting.Select(entry => entry.Id);

    /// <summary>Lines up, unless it is there already; says whether it is inside.</summary>
    public bool Enter(Guid id, bool byPerson)
    {
        if (_admitted.Contains(id))
            return true;
        if (_waiting.All(entry => entry.Id != id))
            _waiting.Insert(byPerson ? _waiting.FindLastIndex(entry => entry.ByPerson) + 1 : _waiting.Count, (id, byPerson));
        Admit();
        return _admitted.Contains(id);
    }

    /// <summary>It is inside, whatever the limit: it was let in before.</summary>
    public void Hold(Guid id)
    {
        _waiting.RemoveAll(entry => entry.Id == id);
        _admitted.Add(id);
    }

    /// <summary>Goes, from wherever it is; answers who is inside in its place.</summary>
    public IReadOnlyList<Guid> Leave(Guid id)
    {
        _waiting.RemoveAll(entry => entry.Id == id);
        _admitted.Remove(id);
        return Admit();
    }

    /// <summary>How many are before it, and itself; 0: it does not wait.</summary>
    public int GetPosition(Guid id) => _waiting.FindIndex(entry => entry.Id == id) + 1;

    private List<Guid> Admit()
    {
        var admitted = new List<Guid>();
        while (_admitted.Count < places && _waiting.Count > 0)
        {
            admitted.Add(_waiting[0].Id);
            _admitted.Add(_waiting[0].Id);
            _waiting.RemoveAt(0);
        }

        return admitted;
    }
}
