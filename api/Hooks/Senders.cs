namespace AutoDeploy.Api.Hooks;

/// <summary>Everybody whose hooks we understand.</summary>
public static class Senders
{
    public static readonly IReadOnlyList<ISender> All =
    [
        new GitHubSender(),
        new GitLabSender(),
        new GiteaSender(),
        new BitbucketSender(),
        new BitbucketServerSender(),
        new GenericGitSender(),
        new DockerHubSender(),
        new DistributionRegistrySender(),
        new HarborSender(),
        new QuaySender(),
        new AzureSender(),
        new EcrSender(),
        new GoogleSender(),
        new JFrogSender(),
        new GenericImageSender(),
    ];

    public static ISender? Find(string name)
    {
        foreach (var sender in All)
            if (sender.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return sender;
        return null;
    }
}
