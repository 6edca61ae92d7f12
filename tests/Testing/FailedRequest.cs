namespace AutoDeploy.Testing;

/// <param name="Name">Who was asked.</param>
/// <param name="Begun">By the clock of <see cref="UptimeClock"/>.</param>
/// <param name="Ended">When it gave up.</param>
public sealed record FailedRequest(string Name, double Begun, double Ended);
