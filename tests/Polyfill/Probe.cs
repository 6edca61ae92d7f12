using System.Collections.Concurrent;

namespace AutoDeploy.Polyfill.Tests;

/// <summary>Lets a test see what its grains do, and hold them while they do it.</summary>
internal sealed class Probe
{
    private readonly ConcurrentQueue<string> _notes = new();
    private readonly ConcurrentDictionary<string, Signal> _signals = new();

    /// <summary>What was noted, in order.</summary>
    public string[] Notes => [.. _notes];

    /// <summary>A place with a name; a test and a grain that use the same name meet there.</summary>
    public Signal this[string name] => _signals.GetOrAdd(name, _ => new());

    public void Note(string what) => _notes.Enqueue(what);

    /// <summary>For a grain: notes the place, arrives there, and waits to be let go.</summary>
    public Task WaitAt(string name)
    {
        Note(name);
        this[name].Arrive();
        return this[name].Released;
    }
}
