namespace AutoDeploy.Api.Hooks;

/// <summary>Everybody whose hooks we understand.</summary>
public static class Senders
{
    public static readonly IReadOnlyList<ISender> All = [new DockerHub(), new Registry()];

    public static ISender? Find(string name)
    {
        foreach (var sender in All)
            if (sender.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return sender;
        return null;
    }
}
