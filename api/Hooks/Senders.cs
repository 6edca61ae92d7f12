namespace AutoDeploy.Api.Hooks;

/// <summary>Everybody whose hooks we understand.</summary>
public static class Senders
{
    public static readonly IReadOnlyList<ISender> All =
    [
        new GitHub(), new GitLab(), new Gitea(), new Bitbucket(), new BitbucketServer(), new Git(),
        new DockerHub(), new Registry(), new Harbor(), new Quay(), new Azure(), new Ecr(), new Google(), new JFrog(), new Image(),
    ];

    public static ISender? Find(string name)
    {
        foreach (var sender in All)
            if (sender.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return sender;
        return null;
    }
}
