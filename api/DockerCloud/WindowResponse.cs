using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <param name="Days">On which it begins.</param>
/// <param name="From">HH:MM</param>
/// <param name="To">HH:MM; earlier than from: on the next day.</param>
/// <param name="Timezone">IANA name.</param>
public sealed record WindowResponse(IReadOnlyList<string> Days, string From, string To, string Timezone)
{
    public static WindowResponse Create(DeployWindow window) =>
        new([.. window.Days.Select(WindowBinding.Text)], WindowBinding.Text(window.From), WindowBinding.Text(window.To), window.Zone);
}
