namespace AutoDeploy.Api.Hooks;

internal sealed record BitbucketDelivery(BitbucketActor? Actor, BitbucketRepository? Repository, BitbucketPush? Push);
