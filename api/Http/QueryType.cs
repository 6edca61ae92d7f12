namespace AutoDeploy.Api.Http;

public enum QueryType
{
    Text,
    Integer,
    Flag,
    Date,
}
